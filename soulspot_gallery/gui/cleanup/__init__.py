"""The cleanup in the window: plan, preview, result, trash."""
