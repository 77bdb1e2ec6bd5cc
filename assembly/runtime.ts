// Named by asconfig.json as the compiler's --runtime: the only "runtime" of the core is one that refuses to allocate.
import "./no-allocator";
