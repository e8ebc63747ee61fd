"""The spine: Failure, its three tracks, the header of every case, catalogues, search."""
