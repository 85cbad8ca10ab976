import Glibc

/// The machine's memory in bytes.
var physicalMemory: Int {
  let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
  return pages > 0 && size > 0 ? pages * size : 1 << 32
}
