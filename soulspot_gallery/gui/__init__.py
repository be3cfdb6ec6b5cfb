"""The window: everything that needs Qt, save the executor. Decides nothing about pictures; asks the engine."""
