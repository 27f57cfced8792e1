package swivel.devices.p9;

/** A file that the guest has in hand, by a number of its own. */
final class Fid {
    /** What it was opened for. */
    sealed interface Use permits Open, AttributeValue, NewAttribute {}

    /** Something that the host has opened. */
    sealed interface Open extends Use permits OpenFile, OpenDirectory {
        int handle();
    }

    /** A regular file, and its handle. */
    record OpenFile(int handle) implements Open {}

    /** A directory, and its handle, which stands in front of an entry. */
    static final class OpenDirectory implements Open {
        private final int handle;
        /** The entry's number, from 0. */
        long next;
        /** What the host calls its place. */
        long place;

        OpenDirectory(int handle) {
            this.handle = handle;
        }

        @Override
        public int handle() {
            return handle;
        }
    }

    /** An extended attribute to be read, or the list of their names. */
    record AttributeValue(byte[] value) implements Use {}

    /** An extended attribute that is set when the guest lets go of it. */
    static final class NewAttribute implements Use {
        final String name;
        final int flags;
        final byte[] value;
        int written;

        NewAttribute(String name, int flags, byte[] value) {
            this.name = name;
            this.flags = flags;
            this.value = value;
        }
    }

    Node node;
    /** Who the guest says it is, for new files. */
    final int user;
    /** Null: for nothing but to name the file. */
    Use use;

    Fid(Node node, int user) {
        this.node = node;
        this.user = user;
    }
}
