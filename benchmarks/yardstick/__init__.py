"""The portal with one address more: the least a view can do that stores something."""
