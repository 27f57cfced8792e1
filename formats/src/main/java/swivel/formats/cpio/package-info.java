/**
 * Archives in the "newc" format of cpio, what Linux unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * <p>It uses nothing else of Swivel. {@link swivel.formats.cpio.CpioArchive} reads and changes archives,
 * {@link swivel.formats.cpio.CpioWriter} makes new ones.
 */
package swivel.formats.cpio;
