"""Reviews in the window: pictures that stand for many, and pictures that changed at their sources."""
