// The two sums of a row that a softmax needs. What is summed up keeps four partial sums: one chain of additions would
// wait for itself.

/// The largest of a row, -infinity if there is none. NaN is passed over: it comes back with the exponentials.
@inline(__always)
func largest<T: Element>(_ row: UnsafePointer<T>, _ count: Int) -> T {
  var (m0, m1, m2, m3) = (-T.infinity, -T.infinity, -T.infinity, -T.infinity)
  var index = 0
  while index &+ 4 <= count {
    m0 = row[index] > m0 ? row[index] : m0
    m1 = row[index &+ 1] > m1 ? row[index &+ 1] : m1
    m2 = row[index &+ 2] > m2 ? row[index &+ 2] : m2
    m3 = row[index &+ 3] > m3 ? row[index &+ 3] : m3
    index &+= 4
  }
  while index < count {
    m0 = row[index] > m0 ? row[index] : m0
    index &+= 1
  }
  return max(max(m0, m1), max(m2, m3))
}

@inline(__always)
func sum<T: Element>(_ row: UnsafePointer<T>, _ count: Int) -> T {
  var (s0, s1, s2, s3) = (T.zero, T.zero, T.zero, T.zero)
  var index = 0
  while index &+ 4 <= count {
    s0 += row[index]
    s1 += row[index &+ 1]
    s2 += row[index &+ 2]
    s3 += row[index &+ 3]
    index &+= 4
  }
  while index < count {
    s0 += row[index]
    index &+= 1
  }
  return (s0 + s1) + (s2 + s3)
}
