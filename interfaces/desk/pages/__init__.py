"""The pages of the desk: a module each, with the `routes` that lead to it."""
