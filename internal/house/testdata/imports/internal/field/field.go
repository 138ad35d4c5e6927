package field
