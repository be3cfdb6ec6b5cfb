"""The dialog "Replace picture": one entity, and all the pictures it could have."""
