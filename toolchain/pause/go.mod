module spark-dev/pause

go 1.24.0

tool spark-dev/pause
