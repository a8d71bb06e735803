/* Reads an address that no program can have: a general protection fault of its own, of which the kernel's log tells. */
#include <stdint.h>

int main(void)
{
	volatile const int *nowhere = (const int *)(uintptr_t)0x8000000000000000;

	return *nowhere;
}
