/**
 * Archives in the "newc" format of cpio, what Linux unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * <p>Uses nothing else of Swivel. Begin with {@link swivel.formats.cpio.CpioArchive}, which reads and changes archives;
 * {@link swivel.formats.cpio.CpioWriter} makes new ones.
 */
package swivel.formats.cpio;
