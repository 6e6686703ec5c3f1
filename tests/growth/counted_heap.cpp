// Every `new` of the program, replaced: an allocator's own figures (mallinfo2) count its reserves as well, and are zero under the
// sanitizers. All forms, for the sanitizers have their own of each that is not replaced: what one form gives, another takes back.
// Source: C++20 [new.delete.single], [new.delete.array].

#include "tests/growth/counted_heap.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

/// In front of each block its size; as large as the strictest alignment, so that what follows keeps it.
constexpr std::size_t kHead = alignof(std::max_align_t);
static_assert(kHead >= sizeof(std::size_t));

std::atomic<std::size_t> in_use{0};

}  // namespace

std::size_t sstp::test::bytes_in_use() noexcept { return in_use.load(); }

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    auto* block = static_cast<unsigned char*>(std::malloc(size + kHead));
    if (block == nullptr) return nullptr;
    *reinterpret_cast<std::size_t*>(block) = size;
    in_use += size;
    return block + kHead;
}

void* operator new(std::size_t size) {
    void* block = operator new(size, std::nothrow);
    if (block == nullptr) throw std::bad_alloc{};
    return block;
}

void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept { return operator new(size, none); }

void operator delete(void* given) noexcept {
    if (given == nullptr) return;
    auto* block = static_cast<unsigned char*>(given) - kHead;
    in_use -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
}

void operator delete(void* given, std::size_t) noexcept { operator delete(given); }
void operator delete(void* given, const std::nothrow_t&) noexcept { operator delete(given); }
void operator delete[](void* given) noexcept { operator delete(given); }
void operator delete[](void* given, std::size_t) noexcept { operator delete(given); }
void operator delete[](void* given, const std::nothrow_t&) noexcept { operator delete(given); }
