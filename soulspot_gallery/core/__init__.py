"""The engine: everything the gallery does with libraries, pictures and servers. Knows no Qt."""
