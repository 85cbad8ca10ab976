def write_edges(root):
    pass
