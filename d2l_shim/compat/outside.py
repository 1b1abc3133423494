"""What a drop-in says about a name it does not have: where it comes from, what to write instead."""

_SECTIONS = {
    "8.2 Text Preprocessing": "read_time_machine tokenize Vocab count_corpus "
    "load_corpus_time_machine",
    "8.3 Language Models and the Dataset": "seq_data_iter_random seq_data_iter_sequential "
    "SeqDataLoader load_data_time_machine",
    "8.5 Implementation of Recurrent Neural Networks from Scratch": "RNNModelScratch predict_ch8 "
    "grad_clipping train_epoch_ch8 train_ch8",
    "8.6 Concise Implementation of Recurrent Neural Networks": "RNNModel",
    "9.5 Machine Translation and the Dataset": "read_data_nmt preprocess_nmt tokenize_nmt "
    "show_list_len_pair_hist truncate_pad build_array_nmt load_data_nmt",
    "9.6 Encoder-Decoder Architecture": "Encoder Decoder EncoderDecoder",
    "9.7 Sequence to Sequence Learning": "Seq2SeqEncoder sequence_mask MaskedSoftmaxCELoss "
    "train_seq2seq predict_seq2seq bleu",
    "10.1 Attention Cues": "show_heatmaps",
    "10.3 Attention Scoring Functions": "masked_softmax AdditiveAttention DotProductAttention",
    "10.4 Bahdanau Attention": "AttentionDecoder",
    "10.5 Multi-Head Attention": "MultiHeadAttention transpose_qkv transpose_output",
    "10.6 Self-Attention and Positional Encoding": "PositionalEncoding",
    "10.7 Transformer": "PositionWiseFFN AddNorm EncoderBlock TransformerEncoder",
    "11.1 Optimization and Deep Learning": "annotate",
    "11.3 Gradient Descent": "train_2d show_trace_2d",
    "11.5 Minibatch Stochastic Gradient Descent": "get_data_ch11 train_ch11 train_concise_ch11",
    "12.1 Compilers and Interpreters": "Benchmark",
    "13.3 Object Detection and Bounding Boxes": "box_corner_to_center box_center_to_corner",
    "13.4 Anchor Boxes": "multibox_prior box_iou assign_anchor_to_bbox offset_boxes "
    "multibox_target offset_inverse nms multibox_detection",
    "13.6 The Object Detection Dataset": ("read_data_bananas BananasDataset load_data_bananas"),
    "13.9 Semantic Segmentation and the Dataset": "VOC_CLASSES VOC_COLORMAP read_voc_images "
    "voc_colormap2label voc_label_indices voc_rand_crop VOCSegDataset load_data_voc",
    "13.13 Image Classification (CIFAR-10) on Kaggle": (
        "read_csv_labels copyfile reorg_train_valid reorg_test"
    ),
    "14.3 The Dataset for Pretraining Word Embeddings": "read_ptb subsample "
    "get_centers_and_contexts RandomGenerator get_negatives batchify load_data_ptb",
    "14.7 Word Similarity and Analogy": "TokenEmbedding",
    "14.8 Bidirectional Encoder Representations from Transformers (BERT)": (
        "get_tokens_and_segments BERTEncoder MaskLM NextSentencePred BERTModel"
    ),
    "14.9 The Dataset for Pretraining BERT": "load_data_wiki",
    "15.1 Sentiment Analysis and the Dataset": "read_imdb load_data_imdb",
    "15.2 Sentiment Analysis: Using Recurrent Neural Networks": "predict_sentiment",
    "15.4 Natural Language Inference and the Dataset": "read_snli SNLIDataset load_data_snli",
    "15.5 Natural Language Inference: Using Attention": "predict_snli",
    "17.1 Generative Adversarial Networks": "update_D update_G",
}
"""Names that d2l_shim leaves out, by the section of d2l 0.17 that they come from."""

_FIRST_EDITION = {
    "6.3 Language Model Datasets": "data_iter_random data_iter_consecutive load_data_jay_lyrics",
    "6.4 Implementation of a Recurrent Neural Network from Scratch": (
        "to_onehot predict_rnn train_and_predict_rnn"
    ),
    "6.5 Concise Implementation of Recurrent Neural Networks": "predict_rnn_gluon "
    "train_and_predict_rnn_gluon predict_rnn_pytorch train_and_predict_rnn_pytorch",
    "7.3 Mini-batch Stochastic Gradient Descent": (
        "get_data_ch7 train_ch7 train_gluon_ch7 train_pytorch_ch7"
    ),
    "9.6 Object Detection Data Set (Pikachu)": "load_data_pikachu",
    "9.9 Semantic Segmentation and Data Sets": "download_voc_pascal",
    "10.7 Text Sentiment Classification: Using Recurrent Neural Networks": (
        "download_imdb get_tokenized_imdb get_vocab_imdb preprocess_imdb"
    ),
}
"""The same for names that only the first edition has."""

_PLAIN_LOADER = "load_data_fashion_mnist(batch_size, resize)"
_PLAIN_LOOP = "train_ch6(net, train_iter, test_iter, num_epochs, lr, device)"
_PLAIN_CLASS = "a class of the framework itself"
_PLAIN_NETWORK = "a Sequential of the framework's layers"
_CLASS_API = {
    "HyperParameters": ("3.2", _PLAIN_CLASS),
    "add_to_class": ("3.2", "a method in the class body"),
    "ProgressBoard": ("3.2", "Animator"),
    "Module": ("3.2", _PLAIN_CLASS),
    "DataModule": ("3.2", _PLAIN_LOADER),
    "Trainer": ("3.2", _PLAIN_LOOP),
    "SyntheticRegressionData": ("3.3", "arrays of the framework"),
    "LinearRegressionScratch": ("3.4", _PLAIN_CLASS),
    "SGD": ("3.4", "sgd(params, lr, batch_size)"),
    "LinearRegression": ("3.5", _PLAIN_NETWORK),
    "FashionMNIST": ("4.2", _PLAIN_LOADER),
    "Classifier": ("4.3", _PLAIN_NETWORK),
    "SoftmaxRegression": ("4.5", _PLAIN_NETWORK),
    "init_cnn": ("7.6", f"{_PLAIN_LOOP}, which draws Xavier's weights"),
    "LeNet": ("7.6", _PLAIN_NETWORK),
    "AlexNet": ("8.1", _PLAIN_NETWORK),
    "VGG": ("8.2", "vgg_block"),
    "NiN": ("8.3", "nin_block"),
    "GoogleNet": ("8.4", "Inception"),
    "BNLeNetScratch": ("8.5", _PLAIN_NETWORK),
    "BNLeNet": ("8.5", _PLAIN_NETWORK),
    "ResNet": ("8.6", "resnet18 or resnet_block"),
    "ResNet18": ("8.6", "resnet18"),
    "ResNeXtBlock": ("8.6", "Residual"),
    "DenseNet": ("8.7", _PLAIN_NETWORK),
}
"""Names of the class API of d2l 1.0.3: section (edition 1.0), and what does their work here."""

_INSTEAD = {
    "AddNorm": "write the framework's LayerNorm of a sum",
    "Benchmark": "write `timer = d2l.Timer()` and `timer.stop()`",
    "MultiHeadAttention": "write the framework's own multi-head attention",
    "RNNModel": "write the framework's own recurrent layer and a linear one behind it",
    "TransformerEncoder": "write the framework's own encoder of transformers",
    "annotate": "write `d2l.plt.annotate(text, xy=xy, xytext=xytext)`",
    "copyfile": "write `shutil.copy`",
    "grad_clipping": "write the framework's own clipping of gradients by their norm",
    "masked_softmax": "write a softmax of scores that are -1e6 where masked",
    "nms": "write torchvision.ops.nms, or copy its definition from there into the program",
    "box_iou": "write torchvision.ops.box_iou, or copy its definition from there into the program",
    "read_csv_labels": "write `pandas.read_csv`",
    "show_heatmaps": "write `d2l.plt.imshow`",
    "tokenize": "write `str.split`, or `list` for single characters",
    "train_2d": "write the loop over its steps into the program",
    "train_ch11": "write the loop with an optimizer of the framework",
    "train_concise_ch11": "write the loop with an optimizer of the framework",
    "truncate_pad": "write `(line + [padding] * num_steps)[:num_steps]`",
}
"""What to write for some of them; for the others, their definitions."""

_SOURCES = {
    name: f"section {section} of {book}"
    for book, sections in (("d2l 0.17", _SECTIONS), ("the first edition", _FIRST_EDITION))
    for section, names in sections.items()
    for name in names.split()
}


def outside(module: str, name: str) -> AttributeError:
    """Return the error for a name that a drop-in does not have.

    Args:
        module: what readers call the drop-in, `d2l.torch` say.
        name: the name.
    """
    if name.startswith("__"):
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    return AttributeError(f"{module} has no {name}{_instead(name)}")


def _instead(name: str) -> str:
    if name in _CLASS_API:
        section, instead = _CLASS_API[name]
        return (
            f": the class API of d2l 1.0.3 (section {section}) is out of d2l_shim's scope; use "
            f"{instead} in its place"
        )
    if name not in _SOURCES:
        return "; `print(d2l.__all__)` lists the names it has"
    write = _INSTEAD.get(name, "copy its definition from there into the program")
    return f" ({_SOURCES[name]}): d2l_shim holds what image chapters use; {write}"
