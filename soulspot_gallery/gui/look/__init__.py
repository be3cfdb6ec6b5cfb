"""How things look and what they are called: palettes, figures, state marks, words."""
