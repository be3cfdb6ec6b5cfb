"""The grid of pictures: model, layout, delegate, thumbnails."""
