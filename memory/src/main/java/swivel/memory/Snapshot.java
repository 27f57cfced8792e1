package swivel.memory;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Something with state that a snapshot of the machine keeps. Its owner names each field once, in {@link #fields}, and
 * both saving and loading follow from that:
 *
 * <pre>
 *   public void fields(Archive fields) {
 *       state.mask = fields.word(state.mask); // a Writer writes it and returns it, a Reader returns what was saved
 *       state.first = fields.index(state.first, 16); // a Reader refuses what is not from 0 to 15
 *       fields.bytes(state.fifo); }
 * </pre>
 *
 * <p>What follows from other state is not saved: caches, and the callbacks of timers, which the device that is loaded
 * has made anew. A wire belongs to whom it leads to: the interrupt controller keeps the levels of its inputs, so nobody
 * drives a wire when it is loaded.
 *
 * <p>A snapshot is a row of sections, each with the name and the version of what it is of:
 *
 * <pre>
 * +-------------+------+---------+--------+-----------+----------------------------+
 * | name length | name | version | length | fields    | CRC-32 of all before it    |   all numbers little-endian
 * | 1 byte      |      | 4       | 4      | as named  | 4                          |
 * +-------------+------+---------+--------+-----------+----------------------------+
 * </pre>
 */
public interface Snapshot {
    /** To be counted up when {@link #fields} changes. */
    default int version() {
        return 1;
    }

    /** Names each field, always the same ones in the same order but for what a field before it decides. */
    void fields(Archive fields);

    /** All fields of this were loaded: does what follows from them. */
    default void loaded() {}

    /** Several parts as one. */
    static Snapshot of(Snapshot... parts) {
        return new Snapshot() {
            @Override
            public void fields(Archive fields) {
                for (Snapshot part : parts) {
                    part.fields(fields);
                }
            }

            @Override
            public void loaded() {
                for (Snapshot part : parts) {
                    part.loaded();
                }
            }
        };
    }

    /**
     * Fields on their way out, in a {@link Writer}, or in, from a {@link Reader}: each method takes the value here and
     * returns the one that counts.
     */
    sealed interface Archive permits Writer, Reader {
        int word(int value);

        long doubleword(long value);

        boolean flag(boolean value);

        /** A number from 0 to {@code bound} - 1. */
        int index(int value, int bound);

        /** An array, whose length is not saved: it is the same here and there. */
        void words(int[] values);

        void doublewords(long[] values);

        void bytes(byte[] values);

        /** What must be here as it was there: a snapshot of something else is refused. */
        void same(String value);

        /** Refuses what was loaded if this is not so. */
        void require(boolean valid, String what);
    }

    /** Where sections go to or come from. */
    sealed interface Sections permits Writer, Reader {
        /**
         * Saves a part, or loads it.
         *
         * @param name of up to 255 ASCII characters
         * @throws SnapshotException if the next section is not of that name, or cannot be loaded; the part is of no
         *     more use then
         */
        void section(String name, Snapshot part);
    }

    /** Saves into memory. */
    final class Writer implements Sections, Archive {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final ByteArrayOutputStream section = new ByteArrayOutputStream();

        /** The snapshot. */
        public byte[] toByteArray() {
            return all.toByteArray();
        }

        @Override
        public void section(String name, Snapshot part) {
            section.reset();
            part.fields(this);
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            if (text.length > 255) {
                throw new IllegalArgumentException(name + " is too long a name");
            }
            ByteBuffer head = ByteBuffer.allocate(1 + text.length + 2 * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put((byte) text.length)
                    .put(text)
                    .putInt(part.version())
                    .putInt(section.size());
            byte[] content = section.toByteArray();
            CRC32 sum = new CRC32();
            sum.update(head.array());
            sum.update(content);
            all.writeBytes(head.array());
            all.writeBytes(content);
            put(all, sum.getValue(), Integer.BYTES);
        }

        private static void put(ByteArrayOutputStream to, long value, int bytes) {
            for (int i = 0; i < bytes; i++) {
                to.write((int) (value >>> 8 * i));
            }
        }

        @Override
        public int word(int value) {
            put(section, value, Integer.BYTES);
            return value;
        }

        @Override
        public long doubleword(long value) {
            put(section, value, Long.BYTES);
            return value;
        }

        @Override
        public boolean flag(boolean value) {
            section.write(value ? 1 : 0);
            return value;
        }

        @Override
        public int index(int value, int bound) {
            require(value >= 0 && value < bound, "number " + value);
            return word(value);
        }

        @Override
        public void words(int[] values) {
            for (int value : values) {
                put(section, value, Integer.BYTES);
            }
        }

        @Override
        public void doublewords(long[] values) {
            for (long value : values) {
                put(section, value, Long.BYTES);
            }
        }

        @Override
        public void bytes(byte[] values) {
            section.writeBytes(values);
        }

        @Override
        public void same(String value) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            word(text.length);
            bytes(text);
        }

        @Override
        public void require(boolean valid, String what) {
            if (!valid) {
                throw new IllegalStateException("a snapshot would have an impossible " + what);
            }
        }
    }

    /** Loads from memory. What it makes the machine allocate does not depend on what the snapshot says. */
    final class Reader implements Sections, Archive {
        private final ByteBuffer all;
        private ByteBuffer section;
        private String name;

        /**
         * Looks at all sections, so that a damaged snapshot is refused before anything is loaded.
         *
         * @throws SnapshotException if one is damaged
         */
        public Reader(byte[] snapshot) {
            all = ByteBuffer.wrap(snapshot).order(ByteOrder.LITTLE_ENDIAN);
            while (all.hasRemaining()) {
                int start = all.position();
                try {
                    skip(Byte.toUnsignedInt(all.get()) + Integer.BYTES);
                    skip(all.getInt());
                    CRC32 sum = new CRC32();
                    sum.update(snapshot, start, all.position() - start);
                    if ((int) sum.getValue() != all.getInt()) {
                        throw new SnapshotException("the snapshot is damaged: a wrong checksum at byte " + start);
                    }
                } catch (BufferUnderflowException e) {
                    throw new SnapshotException("the snapshot is damaged: it ends in the section at byte " + start);
                }
            }
            all.rewind();
        }

        private void skip(int bytes) {
            if (bytes < 0 || bytes > all.remaining()) {
                throw new BufferUnderflowException();
            }
            all.position(all.position() + bytes);
        }

        @Override
        public void section(String expected, Snapshot part) {
            name = expected;
            if (!all.hasRemaining()) {
                throw refusal("is missing");
            }
            byte[] text = new byte[Byte.toUnsignedInt(all.get())];
            all.get(text);
            if (!expected.equals(new String(text, StandardCharsets.US_ASCII))) {
                throw refusal("is not where it belongs: the machine that was saved had other devices");
            }
            int version = all.getInt();
            int length = all.getInt();
            if (version != part.version()) {
                throw refusal("has version " + version + ", and only " + part.version() + " can be read");
            }
            section = all.slice(all.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            skip(length + Integer.BYTES);
            part.fields(this);
            if (section.hasRemaining()) {
                throw refusal("is too long");
            }
            part.loaded();
        }

        /**
         * Says that nothing more is to be loaded.
         *
         * @throws SnapshotException if there is something more
         */
        public void end() {
            if (all.hasRemaining()) {
                throw new SnapshotException("the snapshot has sections that do not belong to this machine");
            }
        }

        private SnapshotException refusal(String why) {
            return new SnapshotException("the snapshot's section \"" + name + "\" " + why);
        }

        /** The section, which has so many bytes more. */
        private ByteBuffer next(long bytes) {
            if (section.remaining() < bytes) {
                throw refusal("is too short");
            }
            return section;
        }

        @Override
        public int word(int value) {
            return next(Integer.BYTES).getInt();
        }

        @Override
        public long doubleword(long value) {
            return next(Long.BYTES).getLong();
        }

        @Override
        public boolean flag(boolean value) {
            int loaded = next(1).get();
            require((loaded & ~1) == 0, "flag " + loaded);
            return loaded != 0;
        }

        @Override
        public int index(int value, int bound) {
            int loaded = word(value);
            require(loaded >= 0 && loaded < bound, "number " + loaded);
            return loaded;
        }

        @Override
        public void words(int[] values) {
            ByteBuffer from = next((long) values.length * Integer.BYTES);
            for (int i = 0; i < values.length; i++) {
                values[i] = from.getInt();
            }
        }

        @Override
        public void doublewords(long[] values) {
            ByteBuffer from = next((long) values.length * Long.BYTES);
            for (int i = 0; i < values.length; i++) {
                values[i] = from.getLong();
            }
        }

        @Override
        public void bytes(byte[] values) {
            next(values.length).get(values);
        }

        @Override
        public void same(String value) {
            byte[] here = value.getBytes(StandardCharsets.UTF_8);
            byte[] there = new byte[here.length];
            boolean equal = word(0) == here.length;
            if (equal) {
                bytes(there);
            }
            if (!equal || !Arrays.equals(here, there)) {
                throw refusal("is of a machine without \"" + value + "\" there");
            }
        }

        @Override
        public void require(boolean valid, String what) {
            if (!valid) {
                throw refusal("has an impossible " + what);
            }
        }
    }
}
