"""What a training run leaves behind: the files of a package, and the table beside it where that was asked for."""
