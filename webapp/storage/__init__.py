"""Where versions lie: a folder of this machine, or a bucket that many machines share."""
