module uk

go 1.26
