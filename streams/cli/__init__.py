"""The commands of `ipt-pulse`, one file each."""
