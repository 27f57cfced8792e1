package swivel.machine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import swivel.formats.kernel.DeviceTreeBlob;

/**
 * A device tree, and the flattened form in which a kernel gets it (Devicetree Specification v0.4, chapter 5, version
 * 17):
 *
 * <pre>
 * +--------+--------------------+-----------------+---------------+
 * | header | memory reservation | structure block | strings block |   all numbers big-endian
 * +--------+--------------------+-----------------+---------------+
 * </pre>
 */
public final class DeviceTree {
    private static final int VERSION = 17;
    private static final int LAST_COMPATIBLE_VERSION = 16;
    private static final int HEADER_SIZE = 40;
    /** Where the header has the size of all. */
    private static final int TOTAL_SIZE = 4;

    private static final int BEGIN_NODE = 1;
    private static final int END_NODE = 2;
    private static final int PROPERTY = 3;
    private static final int NOP = 4;
    private static final int END = 9;

    /** Deeper trees are refused: no board has them, and reading is recursive. */
    private static final int MAX_DEPTH = 64;

    /** Longer names are refused; the specification allows 31 characters. */
    private static final int MAX_NAME = 255;

    /** A region that the kernel must leave alone. */
    private record Reservation(long address, long size) {}

    private final List<Reservation> reservations = new ArrayList<>();
    private final Node root = new Node("");

    /** The root node. */
    public Node root() {
        return root;
    }

    /** A node: properties and children, in the order in which they were made. */
    public static final class Node {
        private final String name;
        private final Map<String, byte[]> properties = new LinkedHashMap<>();
        private final Map<String, Node> children = new LinkedHashMap<>();

        private Node(String name) {
            this.name = name;
        }

        /** Name and unit address: {@code memory@40000000}. */
        public String name() {
            return name;
        }

        /** The child of that name, made if there is none, and filled by {@code content}. */
        public Node node(String childName, Consumer<Node> content) {
            content.accept(children.computeIfAbsent(childName, Node::new));
            return this;
        }

        /**
         * The child of that name or, when {@code childName} has no unit address, of that name before the address; or
         * null.
         */
        public Node child(String childName) {
            Node exact = children.get(childName);
            if (exact != null || childName.indexOf('@') >= 0) {
                return exact;
            }
            return children.values().stream()
                    .filter(child -> child.name.startsWith(childName + "@"))
                    .findFirst()
                    .orElse(null);
        }

        public List<Node> children() {
            return List.copyOf(children.values());
        }

        /** Removes a child, if there is one of that exact name. */
        public void removeChild(String childName) {
            children.remove(childName);
        }

        /** A property without a value. */
        public Node flag(String property) {
            return bytes(property, new byte[0]);
        }

        /** 32-bit numbers, any number of groups of them. */
        public Node cells(String property, int[]... groups) {
            return cells(
                    property,
                    java.util.Arrays.stream(groups)
                            .flatMapToInt(java.util.Arrays::stream)
                            .toArray());
        }

        /** 32-bit numbers. */
        public Node cells(String property, int... cells) {
            ByteBuffer value = ByteBuffer.allocate(cells.length * 4);
            value.asIntBuffer().put(cells);
            return bytes(property, value.array());
        }

        /** One or more strings, each ended by a zero byte. */
        public Node strings(String property, String... strings) {
            return bytes(property, (String.join("\0", strings) + "\0").getBytes(StandardCharsets.UTF_8));
        }

        public Node bytes(String property, byte[] value) {
            properties.put(property, value.clone());
            return this;
        }

        /** The names of its properties. */
        public List<String> properties() {
            return List.copyOf(properties.keySet());
        }

        /** A property's bytes, or null. */
        public byte[] property(String property) {
            byte[] value = properties.get(property);
            return value == null ? null : value.clone();
        }

        /** A property's first 32-bit number, or {@code otherwise} if it has none. */
        public int cell(String property, int otherwise) {
            byte[] value = properties.get(property);
            return value == null || value.length < 4
                    ? otherwise
                    : ByteBuffer.wrap(value).getInt();
        }

        /** A property's first string, or null. */
        public String string(String property) {
            byte[] value = properties.get(property);
            return value == null ? null : new String(value, StandardCharsets.UTF_8).split("\0", 2)[0];
        }
    }

    /** The flattened form. */
    public byte[] flatten() {
        ByteArrayOutputStream structure = new ByteArrayOutputStream();
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(structure);
            write(root, out, strings, new HashMap<>());
            out.writeInt(END);

            int reservationSize = (reservations.size() + 1) * 16;
            int structureAt = HEADER_SIZE + reservationSize;
            int stringsAt = structureAt + structure.size();
            DataOutputStream whole = new DataOutputStream(blob);
            for (int field : new int[] {
                DeviceTreeBlob.MAGIC,
                stringsAt + strings.size(),
                structureAt,
                stringsAt,
                HEADER_SIZE,
                VERSION,
                LAST_COMPATIBLE_VERSION,
                0, // the processor that boots
                strings.size(),
                structure.size()
            }) {
                whole.writeInt(field);
            }
            for (Reservation reservation : reservations) {
                whole.writeLong(reservation.address);
                whole.writeLong(reservation.size);
            }
            whole.writeLong(0);
            whole.writeLong(0);
            structure.writeTo(whole);
            strings.writeTo(whole);
        } catch (IOException e) {
            throw new UncheckedIOException("an array refused a byte", e);
        }
        return blob.toByteArray();
    }

    /** The flattened form with room behind it for who adds to it: so many bytes, or what it takes if that is more. */
    public byte[] flatten(int bytes) {
        byte[] blob = flatten();
        if (blob.length >= bytes) {
            return blob;
        }
        return ByteBuffer.wrap(Arrays.copyOf(blob, bytes))
                .putInt(TOTAL_SIZE, bytes)
                .array();
    }

    private static void write(
            Node node, DataOutputStream out, ByteArrayOutputStream strings, Map<String, Integer> stringOffsets)
            throws IOException {
        out.writeInt(BEGIN_NODE);
        out.write((node.name + "\0").getBytes(StandardCharsets.UTF_8));
        pad(out);
        for (Map.Entry<String, byte[]> property : node.properties.entrySet()) {
            Integer nameAt = stringOffsets.get(property.getKey());
            if (nameAt == null) {
                nameAt = strings.size();
                stringOffsets.put(property.getKey(), nameAt);
                strings.write((property.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
            }
            out.writeInt(PROPERTY);
            out.writeInt(property.getValue().length);
            out.writeInt(nameAt);
            out.write(property.getValue());
            pad(out);
        }
        for (Node child : node.children.values()) {
            write(child, out, strings, stringOffsets);
        }
        out.writeInt(END_NODE);
    }

    private static void pad(DataOutputStream out) throws IOException {
        while (out.size() % 4 != 0) {
            out.writeByte(0);
        }
    }

    /**
     * Reads a flattened tree.
     *
     * @throws BootException if it is none, or damaged
     */
    public static DeviceTree read(byte[] blob) {
        try {
            ByteBuffer header = ByteBuffer.wrap(blob);
            if (blob.length < HEADER_SIZE || header.getInt(0) != DeviceTreeBlob.MAGIC) {
                throw new BootException("not a flattened device tree (a .dtb file starts with d0 0d fe ed)");
            }
            int size = header.getInt(4);
            if (size < HEADER_SIZE || size > blob.length) {
                throw new BootException("the device tree is truncated: it has " + blob.length
                        + " bytes and says it has " + Integer.toUnsignedString(size));
            }
            if (header.getInt(24) > VERSION || header.getInt(20) < LAST_COMPATIBLE_VERSION) {
                throw new BootException(
                        "device tree version " + header.getInt(20) + " is not one Swivel reads (16, 17)");
            }
            DeviceTree tree = new DeviceTree();
            ByteBuffer reserved = header.slice(header.getInt(16), size - header.getInt(16));
            for (long address = reserved.getLong(), bytes = reserved.getLong();
                    address != 0 || bytes != 0;
                    address = reserved.getLong(), bytes = reserved.getLong()) {
                tree.reservations.add(new Reservation(address, bytes));
            }
            // Version 16 does not say how long the structure is (Devicetree Specification v0.4, 5.2).
            ByteBuffer structure =
                    block(header, size, 8, header.getInt(20) >= VERSION ? header.getInt(36) : size - header.getInt(8));
            ByteBuffer strings = block(header, size, 12, header.getInt(32));
            int token = nextToken(structure);
            if (token != BEGIN_NODE) {
                throw new BootException("the device tree is damaged: it does not begin with a node");
            }
            cString(structure);
            align(structure);
            readNode(tree.root, structure, strings, 0);
            if (nextToken(structure) != END) {
                throw new BootException("the device tree is damaged: something follows its root node");
            }
            return tree;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BootException("the device tree is damaged: it refers to bytes outside of itself", e);
        }
    }

    /** A block whose offset is in a field of the header. */
    private static ByteBuffer block(ByteBuffer header, int size, int field, int length) {
        int offset = header.getInt(field);
        if (offset < HEADER_SIZE || offset > size || length > size - offset || length < 0) {
            throw new BootException("the device tree is damaged: its header speaks of bytes outside of itself");
        }
        return header.slice(offset, length);
    }

    private static void readNode(Node node, ByteBuffer structure, ByteBuffer strings, int depth) {
        if (depth > MAX_DEPTH) {
            throw new BootException("the device tree is damaged: its nodes nest more than " + MAX_DEPTH + " deep");
        }
        while (true) {
            int token = nextToken(structure);
            switch (token) {
                case BEGIN_NODE -> {
                    String name = cString(structure);
                    align(structure);
                    Node child = node.children.computeIfAbsent(name, Node::new);
                    readNode(child, structure, strings, depth + 1);
                }
                case PROPERTY -> {
                    int length = structure.getInt();
                    String name = cString(strings.duplicate().position(structure.getInt()));
                    if (length < 0 || length > structure.remaining()) {
                        throw new BufferUnderflowException();
                    }
                    byte[] value = new byte[length];
                    structure.get(value);
                    align(structure);
                    node.properties.put(name, value);
                }
                case END_NODE -> {
                    return;
                }
                default ->
                    throw new BootException(
                            "the device tree is damaged: token " + token + " in node '" + node.name + "'");
            }
        }
    }

    private static int nextToken(ByteBuffer structure) {
        int token;
        do {
            token = structure.getInt();
        } while (token == NOP);
        return token;
    }

    /** Reads up to a zero byte, which is consumed. */
    private static String cString(ByteBuffer from) {
        int start = from.position();
        int length = 0;
        while (from.get() != 0) {
            if (++length > MAX_NAME) {
                throw new BootException(
                        "the device tree is damaged: it has a name of more than " + MAX_NAME + " bytes");
            }
        }
        byte[] text = new byte[length];
        from.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void align(ByteBuffer structure) {
        structure.position(structure.position() + 3 & -4);
    }
}
