"""What was changed lately: commits of a clone on this machine, deploys and builds that GitHub knows of."""
