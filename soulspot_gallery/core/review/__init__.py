"""Pictures reviewed: which are poor, which stand for many, which have another picture at their source by now."""
