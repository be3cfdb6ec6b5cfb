"""The sources of pictures in the window: order, tests, logins, asking them."""
