"""Organisations of the world by their names, and names without their legal form."""
