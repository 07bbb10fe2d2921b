# Without a sign.
s/return \(int32_t\)x;/return x;/
