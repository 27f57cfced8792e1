/**
 * Archives in the "newc" format of cpio, what Linux unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
package swivel.lpv.cpio;
