"""Before a library is shown: welcome, opening, switching, permission to write."""
