package swivel.devices.p9;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that the guest has in hand, and the directories on the way to them. A node is found by one step from its
 * directory's handle, which follows no link. {@code ..} is the directory through which the guest came, so nothing above
 * the root is ever named, wherever somebody moves a directory meanwhile.
 *
 * <p>Handles of the host are few, so those that were not used lately are closed. A file that is then found again under
 * its name has to be the same one.
 */
final class NodeTree {
    /** Handles that stay open between messages; and those of files without a name, which cannot be found again. */
    private static final int MAX_HANDLES = 512;

    private static final int MAX_NAMELESS = 512;

    /** Heap that a node takes beside its name, about. */
    private static final int NODE_BYTES = 224;

    private record Place(Node directory, String name) {}

    private final HostFiles files;
    private final Node root;
    private final long budget;
    private final Map<Place, Node> places = new HashMap<>();
    /** Nodes but for the root whose handle is open, the least recently used one first. */
    private final LinkedHashMap<Node, Boolean> open = new LinkedHashMap<>(16, 0.75f, true);

    private int nameless;
    private long used;

    /**
     * Makes a tree of one node.
     *
     * @param rootHandle stays open
     * @param budget bytes of heap that it may take, about
     */
    NodeTree(HostFiles files, int rootHandle, long budget) throws HostError {
        this.files = files;
        this.budget = budget;
        root = new Node(null, "", files.status(rootHandle));
        root.handle = rootHandle;
        root.users = 1;
    }

    Node root() {
        return root;
    }

    /** One more user of a node. */
    Node share(Node node) {
        node.users++;
        return node;
    }

    /** The user has no use for it any more. */
    void release(Node node) {
        Node last = node;
        while (--last.users == 0) { // never the root
            Node parent = last.parent;
            if (parent == null) {
                nameless -= last.handle == Node.NONE ? 0 : 1;
            } else {
                places.remove(new Place(parent, last.name), last);
            }
            close(last);
            used -= cost(last.name);
            if (parent == null) {
                return;
            }
            last = parent;
        }
    }

    private static int cost(String name) {
        return NODE_BYTES + name.length();
    }

    private void close(Node node) {
        if (node.handle != Node.NONE) {
            files.close(node.handle);
            node.handle = Node.NONE;
            open.remove(node);
        }
    }

    /**
     * The file of a name in a directory, as the host has it now; for its caller to {@link #release}.
     *
     * @throws HostError ENFILE if the guest has too many in hand
     */
    Node step(Node directory, String name) throws HostError {
        int handle = files.find(handle(directory), name);
        return adopt(directory, name, handle);
    }

    /** As {@link #step}, of a file that was opened already; takes the handle. */
    Node adopt(Node directory, String name, int handle) throws HostError {
        try {
            FileStatus status = files.status(handle);
            Place place = new Place(directory, name);
            Node known = places.get(place);
            if (known != null && known.is(status)) {
                if (known.handle == Node.NONE) {
                    keep(known, handle);
                } else {
                    files.close(handle);
                }
                return share(known);
            }
            if (used + cost(name) > budget) {
                throw new HostError(HostError.ENFILE);
            }
            if (known != null) {
                loseName(known);
            }
            Node node = new Node(share(directory), name, status);
            node.users = 1;
            used += cost(name);
            places.put(place, node);
            keep(node, handle);
            return node;
        } catch (HostError e) {
            files.close(handle);
            throw e;
        }
    }

    private void keep(Node node, int handle) {
        node.handle = handle;
        open.put(node, true);
    }

    /** The directory above; the root's is the root. For its caller to {@link #release}. */
    Node above(Node node) throws HostError {
        if (node == root) {
            return share(root);
        }
        if (node.parent == null) {
            throw new HostError(HostError.ENOENT);
        }
        return share(node.parent);
    }

    /**
     * A handle that names the file, until the next {@link #trim}.
     *
     * @throws HostError ESTALE if it is not where it was
     */
    int handle(Node node) throws HostError {
        if (node.handle != Node.NONE) {
            open.get(node); // it was used
            return node.handle;
        }
        ArrayDeque<Node> way = new ArrayDeque<>();
        Node from = node;
        while (from.handle == Node.NONE) {
            if (from.parent == null) {
                throw new HostError(HostError.ESTALE);
            }
            way.push(from);
            from = from.parent;
        }
        int at = from.handle;
        for (Node next : way) {
            int found = Node.NONE;
            try {
                found = files.find(at, next.name);
                if (!next.is(files.status(found))) {
                    throw new HostError(HostError.ESTALE);
                }
            } catch (HostError e) {
                if (found != Node.NONE) {
                    files.close(found);
                }
                throw e.number() == HostError.ENOENT ? new HostError(HostError.ESTALE) : e;
            } finally {
                if (at != from.handle) {
                    files.close(at);
                }
            }
            at = found;
        }
        keep(node, at);
        return at;
    }

    /** Closes handles that were not used lately; none that was got before is to be used after this. */
    void trim() {
        Iterator<Node> eldest = open.keySet().iterator();
        for (int over = open.size() - nameless - MAX_HANDLES; over > 0 && eldest.hasNext(); ) {
            Node node = eldest.next();
            if (node.parent != null) {
                eldest.remove();
                files.close(node.handle);
                node.handle = Node.NONE;
                over--;
            }
        }
    }

    /** A name is about to be removed, or to become another file's: what it means now shall stay in hand. */
    void beforeRemoval(Node directory, String name) {
        Node node = places.get(new Place(directory, name));
        if (node != null) {
            try {
                int _ = handle(node);
            } catch (HostError e) {
                // It was removed already, by somebody else.
            }
        }
    }

    /** A name was removed. */
    void removed(Node directory, String name) {
        Node node = places.get(new Place(directory, name));
        if (node != null) {
            loseName(node);
        }
    }

    /** A file was given another name. */
    void renamed(Node directory, String name, Node newDirectory, String newName) {
        Place from = new Place(directory, name);
        Place to = new Place(newDirectory, newName);
        if (from.equals(to)) {
            return;
        }
        removed(newDirectory, newName);
        Node node = places.get(from);
        if (node == null) {
            return;
        }
        if (isAbove(node, newDirectory)) { // the host has moved directories: the tree knows nothing any more
            loseName(node);
            return;
        }
        places.remove(from);
        used += newName.length() - name.length();
        node.name = newName;
        node.parent = share(newDirectory);
        places.put(to, node);
        release(directory);
    }

    private static boolean isAbove(Node node, Node other) {
        Node up = other;
        while (up != null && up != node) {
            up = up.parent;
        }
        return up == node;
    }

    private void loseName(Node node) {
        places.remove(new Place(node.parent, node.name), node);
        if (nameless == MAX_NAMELESS) {
            close(node);
        } else if (node.handle != Node.NONE) {
            nameless++;
        }
        Node parent = node.parent;
        node.parent = null;
        release(parent);
    }
}
