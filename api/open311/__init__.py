"""Open311 GeoReport v2 over the same intake and the same scope as everything else."""
