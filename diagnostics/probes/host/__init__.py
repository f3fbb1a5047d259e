"""A machine as its node_exporter sees it: disks, memory, CPU, kills, files, clock and units."""
