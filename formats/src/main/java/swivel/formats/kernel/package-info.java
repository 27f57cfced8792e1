/**
 * What a kernel comes wrapped in: uImage, zImage, compressed files, a device tree behind it.
 *
 * <p>It uses {@code swivel.formats} and {@code swivel.formats.unpack}. Begin with {@link swivel.formats.kernel.Container}, which takes off
 * one wrapping after the other.
 */
package swivel.formats.kernel;
