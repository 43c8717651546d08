"""The eleven municipalities and the organisations people come from."""
