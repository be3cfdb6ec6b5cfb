"""The bar above the grid: kind, search, filters, sorting, zoom."""
