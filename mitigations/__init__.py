"""Changing systems that fail, with credentials of their own: looked up, approved by people, checked again."""
