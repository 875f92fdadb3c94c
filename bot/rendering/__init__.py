"""Words to pages within the limits of the place they are shown. No Discord import."""
