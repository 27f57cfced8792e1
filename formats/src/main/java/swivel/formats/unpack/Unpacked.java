package swivel.formats.unpack;

/**
 * What was in a packed stream.
 *
 * @param bytes the content
 * @param end where the stream ends in its file
 */
public record Unpacked(byte[] bytes, int end) {}
