module spark-dev/oci-runtime

go 1.24.0

tool spark-dev/oci-runtime
