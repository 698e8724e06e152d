"""What stands behind scripts/learn.py: stubs, checks in a process of their own, projects with a function of the learner's."""
