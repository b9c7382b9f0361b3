/** `registry.example:5000/team`: a host, and folders below it. */
export const registryForm = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/;
