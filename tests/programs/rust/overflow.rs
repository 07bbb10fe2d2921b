// Recursion without end: std's guard page handler says so and aborts.
fn down(n: u64, pad: [u64; 32]) -> u64 {
    let mut p = pad;
    p[(n % 32) as usize] += n;
    if n == u64::MAX {
        return 0;
    }
    down(n + 1, p) + p[0]
}

fn main() {
    println!("going down");
    println!("{}", down(0, [1; 32]));
}
