package swivel.lpv;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import swivel.formats.Bytes;

/** Small kernels and what they are wrapped in, made byte by byte. */
final class TestImages {
    /** Where the kernels made here are linked to. */
    static final int BASE = 0xc0008000;

    /** How many functions they have. */
    static final int FUNCTIONS = 1500;

    /** A function's size in bytes. */
    static final int SIZE = 32;

    /** The orders and formats of the kallsyms tables. */
    enum Layout {
        /** Absolute addresses behind the names. */
        V7_2,
        /** Offsets behind the names, names of more than 127 tokens possible, alignment 4. */
        V6_4,
        /** Sequence numbers between markers and tokens. */
        V6_2,
        /** Offsets before the names. */
        V5_10,
        /** The same, aligned to 16 bytes. */
        V4_19,
        /** Absolute addresses before the names. */
        V4_4
    }

    private TestImages() {}

    /** A zImage of a little header and a payload at byte 64, as far as its size says. */
    static byte[] zImage(byte[] payload) {
        byte[] file = Arrays.copyOf(new byte[64], 64 + payload.length);
        for (int i = 0; i < 8; i++) {
            Bytes.putWord(file, 4 * i, 0xe1a00000);
        }
        Bytes.putWord(file, 0x24, 0x016f2818);
        Bytes.putWord(file, 0x28, 0);
        Bytes.putWord(file, 0x2c, file.length);
        Bytes.putWord(file, 0x30, 0x04030201);
        System.arraycopy(payload, 0, file, 64, payload.length);
        return file;
    }

    /** A uImage of a kernel for ARM. */
    static byte[] uImage(byte[] payload) {
        return uImage(payload, 2);
    }

    /**
     * A uImage for ARM of type 2, a kernel, or 3, an initial file system; loaded at 0x40300000, starts 8 bytes behind
     * that.
     */
    static byte[] uImage(byte[] payload, int type) {
        ByteBuffer file = ByteBuffer.allocate(64 + payload.length).putInt(0, 0x27051956);
        file.putInt(12, payload.length).putInt(16, 0x40300000).putInt(20, 0x40300008);
        file.putInt(24, crc(payload, payload.length));
        file.put(28, (byte) 5).put(29, (byte) 2).put(30, (byte) type).put(64, payload);
        return file.putInt(4, crc(file.array(), 64)).array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** The name of the i-th function: long for some. */
    static String name(int i) {
        return i == 0 ? "_stext" : "function_" + i + "_".repeat(i % 7 == 0 ? 200 : i % 5);
    }

    /**
     * A kernel of {@link #FUNCTIONS} functions and tables of them. Each function is
     * {@code mrs r0, cpsr; ldr r1, literal; bl next; bx lr} and a literal that looks like {@code mrs r0, cpsr}, all
     * from address {@link #BASE} + {@link #SIZE} on; the first words are NOPs.
     */
    static byte[] linux(Layout layout) {
        Image image = new Image(layout == Layout.V4_19 || layout == Layout.V4_4 ? 16 : 4);
        for (int i = 0; i < SIZE / 4; i++) {
            image.word(0xe1a00000);
        }
        for (int i = 0; i < FUNCTIONS; i++) {
            int callee = i % 20 == 0 ? (i + 20) % FUNCTIONS : i / 20 * 20;
            image.word(0xe10f0000);
            image.word(0xe59f1008);
            image.word(0xeb000000 | ((callee - i) * SIZE - 16) / 4 & 0xffffff);
            image.word(0xe12fff1e);
            image.word(0xe1a00000);
            image.word(0xe10f0000);
            image.word(0);
            image.word(0);
        }
        List<byte[]> names = new ArrayList<>();
        for (int i = 0; i < FUNCTIONS; i++) {
            names.add(("T"
                            + (layout == Layout.V6_4 || layout == Layout.V7_2
                                    ? name(i)
                                    : name(i).replaceAll("_{50,}", "")))
                    .getBytes(StandardCharsets.US_ASCII));
        }
        if (layout == Layout.V5_10 || layout == Layout.V4_19 || layout == Layout.V6_2) {
            image.offsets(0);
            image.label();
            image.word(BASE + SIZE);
        } else if (layout == Layout.V4_4) {
            image.offsets(BASE + SIZE);
        }
        image.label();
        image.word(FUNCTIONS);
        image.label();
        List<Integer> markers = new ArrayList<>();
        int start = image.size();
        for (int i = 0; i < FUNCTIONS; i++) {
            if (i % 256 == 0) {
                markers.add(image.size() - start);
            }
            image.name(names.get(i));
        }
        image.label();
        markers.forEach(image::word);
        if (layout == Layout.V6_2) {
            image.label();
            image.bytes(new byte[3 * FUNCTIONS]);
        }
        image.label();
        List<Integer> tokens = new ArrayList<>();
        start = image.size();
        for (int token = 0; token < 256; token++) {
            tokens.add(image.size() - start);
            image.bytes(token > 32 && token < 127 ? new byte[] {(byte) token, 0} : new byte[] {'x', 'y', 0});
        }
        image.label();
        tokens.forEach(image::half);
        if (layout == Layout.V7_2) {
            image.offsets(BASE + SIZE);
        } else if (layout == Layout.V6_4) {
            image.label();
            image.offsets(0);
            image.label();
            image.word(BASE + SIZE);
        }
        image.label();
        image.bytes(new byte[4096]);
        return image.out.toByteArray();
    }

    private static final class Image {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final int alignment;

        Image(int alignment) {
            this.alignment = alignment;
        }

        int size() {
            return out.size();
        }

        void bytes(byte[] bytes) {
            out.writeBytes(bytes);
        }

        void half(int half) {
            out.write(half);
            out.write(half >>> 8);
        }

        void word(int word) {
            half(word);
            half(word >>> 16);
        }

        void label() {
            while (size() % alignment != 0) {
                out.write(0);
            }
        }

        void name(byte[] name) {
            if (name.length < 128) {
                out.write(name.length);
            } else {
                out.write(name.length & 0x7f | 0x80);
                out.write(name.length >>> 7);
            }
            bytes(name);
        }

        void offsets(int base) {
            label();
            for (int i = 0; i < FUNCTIONS; i++) {
                word(base + i * SIZE);
            }
        }
    }
}
