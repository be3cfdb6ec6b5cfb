"""Plan, show, apply that very plan, and take it back."""
