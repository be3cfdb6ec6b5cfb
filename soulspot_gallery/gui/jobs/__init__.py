"""Long work in the window: jobs, their bar, their dialogs, and the failures they leave."""
